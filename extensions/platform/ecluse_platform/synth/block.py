"""Everything about the persons of one block, in the order in which one thing follows from another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from ecluse_platform.synth import columns as c
from ecluse_platform.synth import elsewhere, mco, outpatients
from ecluse_platform.synth.actors import actors
from ecluse_platform.synth.care import chronic_care, first_dispensing, joined, living, other_care
from ecluse_platform.synth.cartography import cartography
from ecluse_platform.synth.columns import Columns
from ecluse_platform.synth.deaths import deaths
from ecluse_platform.synth.detail_tables import (
    er_bio_f,
    er_cam_f,
    er_ete_f,
    er_pha_f,
    er_tip_f,
    er_ucd_f,
    with_hospital,
)
from ecluse_platform.synth.details import Details, detail
from ecluse_platform.synth.exemptions import exempt
from ecluse_platform.synth.flow import carry
from ecluse_platform.synth.identities import identify
from ecluse_platform.synth.lines import book
from ecluse_platform.synth.persons import ir_ben_r, ir_iba_r, ir_imb_r
from ecluse_platform.synth.population import Population, populate
from ecluse_platform.synth.reimbursements import Booked, er_prs_f
from ecluse_platform.synth.services import Kind
from ecluse_platform.synth.settings import NO_DAY, Flags, Ints, Settings
from ecluse_platform.synth.stays import fatal_strokes, stay
from ecluse_platform.synth.strokes import Anticoagulated, anticoagulate, stroke_days

_DETAIL_TABLES: tuple[tuple[Kind, str, Callable[[Booked, Details], Columns]], ...] = (
    (Kind.PHARMACY, "ER_PHA_F", er_pha_f),
    (Kind.LABORATORY, "ER_BIO_F", er_bio_f),
    (Kind.ACT, "ER_CAM_F", er_cam_f),
    (Kind.DEVICE, "ER_TIP_F", er_tip_f),
    (Kind.HOSPITAL_DRUG, "ER_UCD_F", er_ucd_f),
)


@dataclass(frozen=True)
class Piece:
    """Part of a table that one block makes: sorted by partition, then person.

    ``partition`` is the flow month (months since 1970) or the year of each row, None for a table of one file. ``last``
    marks rows that belong to no person of the block: they go to the end of each file, sorted with the other blocks'.
    """

    table: str
    columns: Columns
    partition: Ints | None = None
    last: Flags | None = None


def pieces(settings: Settings, block: int) -> Iterator[Piece]:
    """Make a block, table by table; the same block of the same settings is always the same."""
    people = populate(settings, block)
    users = anticoagulate(settings, block, people)
    chronic = chronic_care(settings, block, people, users)
    first = first_dispensing(chronic, users)
    strokes = stroke_days(settings, block, people, users, first)
    days, fatal = fatal_strokes(settings, block, strokes)
    death = np.where(fatal, strokes + days, people.death_day)
    by_stroke = fatal & (death < settings.end_day) & (death <= people.death_day)
    people = replace(people, death_day=np.where(by_stroke, death, people.death_day))
    ids = identify(settings, block, people)
    exemptions = exempt(settings, block, people)
    events = joined(living(settings, people, chronic), other_care(settings, block, people, users, first))
    lines = book(settings, block, events)
    flow = carry(settings, block, people, lines)
    staff = actors(settings)
    details = {kind: detail(settings, block, lines, kind) for kind, _, _ in _DETAIL_TABLES}
    booked = Booked(settings, block, people, ids, exemptions, lines, flow, details, staff)

    record = booked.record
    last_entry = np.full(len(ids.psa), NO_DAY, dtype=np.int64)
    np.maximum.at(last_entry, record, flow.entered)
    persons, nobody = ir_ben_r(settings, block, people, ids, last_entry)
    yield Piece("IR_BEN_R", persons)
    yield Piece("IR_IBA_R", ir_iba_r(persons))
    if block == settings.blocks - 1:
        yield Piece("IR_BEN_R", nobody)
        yield Piece("IR_IBA_R", ir_iba_r(nobody))
    yield Piece("IR_IMB_R", ir_imb_r(settings, block, ids, exemptions))
    yield from _reimbursements(booked, record)
    causes = deaths(settings, block, people, ids, by_stroke.astype(np.int64))
    yield Piece("KI_CCI_R", causes[0])
    yield Piece("KI_ECD_R", causes[1])
    yield from _hospital(settings, block, people, booked, strokes, days, users)
    yield from _map(settings, block, people, booked)


def _reimbursements(booked: Booked, record: Ints) -> Iterator[Piece]:
    lines, flow = booked.lines, booked.flow
    order = np.lexsort((flow.order, flow.statement, lines.day, booked.ids.order[record], flow.month))
    place = np.empty(lines.size, dtype=np.int64)
    place[order] = np.arange(lines.size)
    yield Piece("ER_PRS_F", er_prs_f(booked, order), flow.month[order], lines.fictitious[order])
    for kind, table, make in _DETAIL_TABLES:
        found = booked.details[kind]
        sort = np.lexsort((found.order, place[found.line]))
        kept = Details(found.line[sort], found.order[sort], found.code[sort], found.quantity[sort])
        yield Piece(table, make(booked, kept), flow.month[kept.line], lines.fictitious[kept.line])
    rows = with_hospital(lines)
    rows = rows[np.argsort(place[rows])]
    yield Piece("ER_ETE_F", er_ete_f(booked, rows), flow.month[rows], lines.fictitious[rows])


def _hospital(
    settings: Settings, block: int, people: Population, booked: Booked, strokes: Ints, days: Ints, users: Anticoagulated
) -> Iterator[Piece]:
    stays = stay(settings, block, people, booked.actors, strokes, days, users)
    stays = stays.at(mco.by_pseudonym(booked.ids, stays.chained, stays.entry))
    h = mco.Hospitalised(settings, block, people, booked.ids, booked.actors, stays)
    yield _yearly("T_MCO_B", mco.t_mco_b(h), stays.year)
    chain, unchained = mco.t_mco_c(h)
    yield _yearly("T_MCO_C", chain, stays.year, unchained)
    for table, (columns, row) in (
        ("T_MCO_D", mco.t_mco_d(h)), ("T_MCO_A", mco.t_mco_a(h)), ("T_MCO_UM", mco.t_mco_um(h)),
    ):  # fmt: skip
        yield _yearly(table, columns, stays.year[row])
    ssr = elsewhere.rehabilitation(h)
    weeks, row, chain = elsewhere.t_ssr(h, ssr)
    yield _yearly("T_SSR_B", weeks, ssr.year[row])
    yield _yearly("T_SSR_C", chain, ssr.year, ssr.unchained)
    had = elsewhere.at_home(h)
    body, chain = elsewhere.t_had(h, had)
    yield _yearly("T_HAD_B", body, had.year)
    yield _yearly("T_HAD_C", chain, had.year, had.unchained)
    rip = elsewhere.psychiatry(h)
    body, chain = elsewhere.t_rip(h, rip)
    yield _yearly("T_RIP_RSA", body, rip.year)
    yield _yearly("T_RIP_C", chain, rip.year, rip.unchained)
    visits = outpatients.outpatients(h, booked.lines)
    yield _yearly("T_MCO_CSTC", outpatients.t_mco_cstc(h, visits), visits.year, visits.chained < 0)
    yield _yearly("T_MCO_FCSTC", outpatients.t_mco_fcstc(h, visits), visits.year)
    acts, row = outpatients.t_mco_fmstc(h, visits)
    yield _yearly("T_MCO_FMSTC", acts, visits.year[row])


def _map(settings: Settings, block: int, people: Population, booked: Booked) -> Iterator[Piece]:
    lines = booked.lines
    years = lines.day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970 - settings.first_year
    cared = np.zeros((people.size, settings.last_year - settings.first_year + 1), dtype=np.bool_)
    cared[lines.person, years] = True
    indicators, link = cartography(settings, block, people, booked.ids, cared)
    year = np.array(indicators["ANNEE"]).astype(np.int64)
    yield Piece("CT_IND_AAAA_GN", indicators, year)
    yield Piece("CT_IDE_AAAA_GN", link, year)


def _yearly(table: str, columns: Columns, year: Ints, last: Flags | None = None) -> Piece:
    order = np.argsort(year, kind="stable")
    return Piece(table, c.chosen(columns, order), year[order], None if last is None else last[order])
