"""`credence`: run everything here, and use what runs."""

import typer

from credence.cli.commands import alone, asking, descriptions, registry, running, taxonomy

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Hiring by skills that can be checked.",
    rich_markup_mode=None,
)
app.command()(running.up)
app.command()(running.status)
app.command()(running.token)
app.command()(running.provision)
app.command("import")(asking.import_)
app.command()(asking.rank)
app.command()(asking.explain)
app.command()(asking.audit)
app.command()(asking.renewals)
app.command()(alone.verify)

taxonomy_app = typer.Typer(no_args_is_help=True, help="The taxonomy of skills.")
taxonomy_app.command("build")(alone.taxonomy_build)
taxonomy_app.command("find")(alone.taxonomy_find)
taxonomy_app.command("show")(taxonomy.show)
taxonomy_app.command("import")(taxonomy.import_)
taxonomy_app.command("diff")(taxonomy.diff_)
app.add_typer(taxonomy_app, name="taxonomy")

registry_app = typer.Typer(no_args_is_help=True, help="The registry of issuers.")
registry_app.command()(registry.key)
registry_app.command()(registry.build)
registry_app.command()(registry.show)
registry_app.command("import")(registry.import_)
registry_app.command()(registry.export)
registry_app.command()(registry.judge)
registry_app.command()(registry.forget)
app.add_typer(registry_app, name="registry")

descriptions_app = typer.Typer(no_args_is_help=True, help="Public descriptions of credentials in CTDL.")
descriptions_app.command("import")(descriptions.import_)
descriptions_app.command()(descriptions.programmes)
app.add_typer(descriptions_app, name="descriptions")


def main() -> None:
    app()


if __name__ == "__main__":
    main()
