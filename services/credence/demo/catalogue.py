"""What the audit service is given: cohorts, the programmes that can close gaps, and the gaps that are there to be found."""

from credencepb.audit.v1 import audit_pb2 as pb

from .concepts import concept_ids
from .model import PlantedGap
from .source import load


def cohorts(tenant: str) -> list[pb.Cohort]:
    return [
        pb.Cohort(
            name=f"tenants/{tenant}/cohorts/{key}",
            display_name=team.name,
            labels={"team": key},
            population="employee",
        )
        for key, team in load().teams.items()
    ]


def planted_gaps() -> dict[str, PlantedGap]:
    source = load()
    return {
        key: PlantedGap(
            team=key,
            role=source.occupations[team.occupation].title,
            concept=concept_ids()[team.gap],
            label=source.skills[team.gap].label,
        )
        for key, team in source.teams.items()
    }


def programmes(tenant: str) -> tuple[list[pb.Programme], dict[str, str]]:
    """The catalogue, and why some of it is a trap, by external_id."""
    catalogue, traps = [], {}
    for number, (key, programme) in enumerate(load().programmes.items(), start=1):
        external_id, slug = f"PRG-{number:03}", key.replace("_", "-")
        catalogue.append(
            pb.Programme(
                name=f"tenants/{tenant}/programmes/{slug}",
                external_id=external_id,
                title=programme.title,
                provider=programme.provider,
                issuer_standing=programme.standing,
                competencies=[
                    pb.ProgrammeCompetency(concept=concept_ids()[skill], level=level)
                    for skill, level in programme.teaches.items()
                ],
                rigor=programme.rigor,
                assessment=programme.assessment,
                hours=programme.hours,
                cost_minor=programme.cost * 100,
                currency="EUR",
                outcomes=programme.outcomes,
                layer=programme.layer,
                url=f"https://programmes.credence-demo.test/{slug}",
            )
        )
        if programme.trap:
            traps[external_id] = programme.trap
    return catalogue, traps
