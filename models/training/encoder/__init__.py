"""How the encoder was trained: pairs of texts that mean the same, and a contrastive loss over them."""
