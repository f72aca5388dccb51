"""The tables that detail ER_PRS_F, each under the nine columns of its line's key."""

from __future__ import annotations

import numpy as np

from ecluse_platform.synth import columns as c
from ecluse_platform.synth.columns import Columns
from ecluse_platform.synth.details import Details, codes, prices
from ecluse_platform.synth.lines import NOWHERE, PRIVATE, SURCHARGE_TOP, Lines
from ecluse_platform.synth.reimbursements import Booked, key_columns, lasting_choice
from ecluse_platform.synth.settings import Ints


def er_pha_f(booked: Booked, detail: Details) -> Columns:
    """Return boxes under the key of their line."""
    price = prices()[detail.code]
    cip13 = _numbers(detail)
    return {
        **key_columns(booked, detail.line, narrow=True),
        "PHA_ORD_NUM": c.small(detail.order),
        "PHA_PRS_C13": c.big(cip13),
        "PHA_ACT_QSN": c.small(detail.quantity),
        "PHA_ACT_PRU": c.decimal(price * 1000, 10, 5),
        "PHA_DEC_TOP": c.always("Z", len(cip13)),
        "PHA_DEC_QSU": c.same(0, len(cip13)),
    }


def er_bio_f(booked: Booked, detail: Details) -> Columns:
    """Return laboratory tests."""
    return {
        **key_columns(booked, detail.line, narrow=False),
        "BIO_ORD_NUM": c.small(detail.order),
        "BIO_PRS_IDE": c.small(_numbers(detail)),
        "BIO_ACT_QSN": c.integer(detail.quantity),
    }


def er_cam_f(booked: Booked, detail: Details) -> Columns:
    """Return CCAM acts: one row each, whose sign is that of the line."""
    n = len(detail.line)
    price = prices()[detail.code]
    return {
        **key_columns(booked, detail.line, narrow=False),
        "CAM_ORD_NUM": c.small(detail.order),
        "CAM_PRS_IDE": c.text(detail.code, codes()),
        "CAM_ACT_COD": c.text(detail.order > 1, ["1", "4"]),
        "CAM_TRT_PHA": c.same(0, n),
        "CAM_ACT_PRU": c.decimal(price, 10, 2),
        "CAM_REM_BSE": c.decimal(price, 10, 2),
    }


def er_tip_f(booked: Booked, detail: Details) -> Columns:
    """Return devices."""
    return {
        **key_columns(booked, detail.line, narrow=False),
        "TIP_ORD_NUM": c.small(detail.order),
        "TIP_PRS_IDE": c.big(_numbers(detail)),
        "TIP_ACT_QSN": c.integer(detail.quantity),
        "TIP_ACT_PRU": c.decimal(prices()[detail.code] * 1000, 10, 5),
    }


def er_ucd_f(booked: Booked, detail: Details) -> Columns:
    """Return medicines that a hospital dispensed to outpatients."""
    price = prices()[detail.code]
    return {
        **key_columns(booked, detail.line, narrow=False),
        "UCD_ORD_NUM": c.small(detail.order),
        "UCD_UCD_COD": c.text(detail.code, codes()),
        "UCD_DLV_NBR": c.integer(detail.quantity),
        "UCD_TOP_UCD": c.same(0, len(price)),
        "UCD_FAC_PRU": c.decimal(price, 10, 2),
    }


def er_ete_f(booked: Booked, rows: Ints) -> Columns:
    """Return the hospital of the lines that have one; ``rows`` are lines, all with a hospital."""
    lines, staff = booked.lines, booked.actors
    place = booked.population.department[lines.person[rows]]
    hospital = staff.hospital_near(place, lasting_choice(booked, 3)[lines.person[rows]])
    tariff = lines.hospital[rows]
    return {
        **key_columns(booked, rows, narrow=False),
        "ETB_EXE_FIN": c.text(hospital, [name[:8] for name in staff.hospitals]),
        "ETE_IND_TAA": c.small(tariff),
        "ETE_CAT_COD": c.small(np.where(tariff == PRIVATE, 365, 355)),
        "ETE_TYP_COD": c.same(3, len(rows)),
        "MDT_COD": c.same(7, len(rows)),
        "MFT_COD": c.small(np.where(tariff == PRIVATE, 7, 3)),
        "PRS_PPU_SEC": c.small(np.where(tariff == PRIVATE, 2, 1)),
    }


def with_hospital(lines: Lines) -> Ints:
    """Return the lines that have a row of ER_ETE_F: never a surcharge, which follows its line."""
    return np.flatnonzero((lines.hospital != NOWHERE) & (lines.surcharge != SURCHARGE_TOP))


def _numbers(detail: Details) -> Ints:
    known = np.array([int(code) if code.isdigit() else 0 for code in codes()], dtype=np.int64)
    found: Ints = known[detail.code]
    return found
