"""Plan a verified query: from a researcher's text to the only SQL that is ever run, or a refusal."""

from __future__ import annotations

from sqlglot import exp

from ecluse_platform.core.disclosure.queries.expressions import Builder, Use
from ecluse_platform.core.disclosure.queries.grouping import Grouping, check_order
from ecluse_platform.core.disclosure.queries.independence import check_one_look, conjuncts
from ecluse_platform.core.disclosure.queries.joins import read_sources
from ecluse_platform.core.disclosure.queries.outputs import Outputs, read_outputs
from ecluse_platform.core.disclosure.queries.parsing import parse_select
from ecluse_platform.core.disclosure.queries.places import Places
from ecluse_platform.core.disclosure.queries.quantities import quantities_of
from ecluse_platform.core.disclosure.queries.render import Parts, canonical, guarded
from ecluse_platform.core.disclosure.queries.scope import Scope
from ecluse_platform.core.disclosure.query import VerifiedQuery
from ecluse_platform.core.policy.catalogue import Catalogue
from ecluse_platform.core.policy.disclosure import DisclosureProfile
from ecluse_platform.core.policy.project import Project

_READ = frozenset({"kind", "expressions", "from_", "joins", "where", "group", "order"})
# What else the parser can find in a SELECT, the word at which it stands, and the refusal that explains it.
_CLAUSES = {
    "distinct": ("sql_distinct", "DISTINCT"),
    "having": ("sql_having", "HAVING"),
    "qualify": ("sql_having", "QUALIFY"),
    "limit": ("sql_limit", "LIMIT"),
    "offset": ("sql_limit", "OFFSET"),
    "windows": ("sql_window", "WINDOW"),
    "sample": ("sql_limit", "SAMPLE"),
}
_WITHOUT_WORDS = frozenset({"sql_distinct", "sql_window"})


def plan_query(
    catalogue: Catalogue, project: Project, profile: DisclosureProfile, sql: str, sql_characters: int
) -> VerifiedQuery:
    """Return what may be run for a text; raise Refusal, from the text and the policies alone, for any other."""
    select, places = parse_select(sql, sql_characters)
    _check_clauses(select, places)
    scope = Scope(catalogue, project, places)
    links = read_sources(select, scope, places)
    _check_care_is_told(scope, profile, places)
    outputs = read_outputs(select, scope, links, places, profile.max_dimensions)
    conditions = _conditions(select, outputs, scope, places)
    sets = Grouping(outputs, scope, places).sets(select)
    check_order(select, outputs, scope, places)
    parts = Parts(links, outputs, conditions, sets)
    quantities = quantities_of(outputs, links, profile)
    return VerifiedQuery(
        dimensions=tuple(dimension.name for dimension in outputs.dimensions),
        measures=quantities.measures,
        tables=tuple(sorted({name for source in scope.sources for name in source.reads})),
        canonical_sql=canonical(parts),
        guarded_sql=guarded(parts, quantities, scope),
        sets=sets,
        facts=quantities.facts,
        sensitive=tuple(_is_sensitive(dimension.built, scope) for dimension in outputs.dimensions),
        recent=next((d.name for d in outputs.dimensions if _is_of_time(d.built, scope)), None),
    )


def _check_clauses(select: exp.Select, places: Places) -> None:
    for key, value in select.args.items():
        if not value or key in _READ:
            continue
        code, word = _CLAUSES.get(key, ("sql_clause", key.strip("_").upper()))
        fields = {} if code in _WITHOUT_WORDS else {"what": word}
        raise places.refusal(code, word, **fields)
    if select.args.get("kind"):
        raise places.refusal("sql_clause", "SELECT", what=f"SELECT AS {select.args['kind']}")


def _check_care_is_told(scope: Scope, profile: DisclosureProfile, places: Places) -> None:
    """Refuse a filter that leaves out who gave the care, where the rules would look at it in its tables."""
    if profile.threshold_professionals is None and profile.threshold_establishments is None:
        return
    for source in scope.sources:
        if source.made_by is not None and source.made_by.untold:
            known = {"known": ", ".join(source.reads), "columns": ", ".join(source.made_by.untold)}
            raise places.refusal("sql_filter_care", source.name, what=source.name, **known)


def _conditions(select: exp.Select, outputs: Outputs, scope: Scope, places: Places) -> tuple[exp.Expr, ...]:
    where = select.args.get("where")
    if where is None:
        return ()
    named = {dimension.name.upper(): dimension.built for dimension in outputs.dimensions}
    builder = Builder(scope, places, Use.CONDITION, named)
    built = []
    for node in conjuncts(where.this):
        condition = builder.build(node)
        check_one_look(condition, node, Use.CONDITION, scope, places)
        built.append(condition)
    return tuple(built)


def _is_sensitive(built: exp.Expr, scope: Scope) -> bool:
    return any(scope.read_back(column).column.sensitive for column in built.find_all(exp.Column))


def _is_of_time(built: exp.Expr, scope: Scope) -> bool:
    """Say whether a dimension reads dates only, and so has a latest category."""
    columns = list(built.find_all(exp.Column))
    return all(scope.read_back(column).column.type == "DATE" for column in columns)
