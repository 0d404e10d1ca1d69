"""Rankers as peers: the product's, and what it has to be better than."""

from .model import Ranker
from .product import PRODUCT
from .workshop import BASELINES, Workshop

__all__ = ["BASELINES", "PRODUCT", "Ranker", "Workshop"]
