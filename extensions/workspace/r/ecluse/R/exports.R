#' Start an export request: what the results are, and what they are for.
#'
#'     export_request("Diabetes by département", "Article, table 2") |>
#'       add_query("SELECT …") |>
#'       submit()
export_request <- function(title, purpose) as_draft(calling(platform()$export(title = title, purpose = purpose)))

#' Add a query; the service computes it again on the extract, so no number of the session is sent.
add_query <- function(draft, sql, name = NULL) UseMethod("add_query")

add_query.ecluse_draft <- function(draft, sql, name = NULL) as_draft(calling(draft$python$add_query(sql, name)))

#' Add a differentially private query: noise protects each person, and epsilon is what the answer costs.
#'
#'     add_dp(draft, "SELECT …", epsilon = 1, cells = 12, rows = 5, bounds = list(boxes = c(0, 30)))
#'
#' cells, rows: in how many cells, and with how many rows in each, one person may count at most; bounds: per summed
#' column, c(low, high); keys: per dimension, the categories to answer for, where the dictionary names none; delta: to
#' have them found instead; edges: bins of a histogram or quantile.
add_dp <- function(draft, sql, epsilon, delta = NULL, cells = NULL, rows = NULL, bounds = list(), keys = list(),
                   edges = list(), name = NULL) UseMethod("add_dp")

add_dp.ecluse_draft <- function(draft, sql, epsilon, delta = NULL, cells = NULL, rows = NULL, bounds = list(),
                                keys = list(), edges = list(), name = NULL) {
  as_draft(calling(draft$python$add_dp(
    sql, as_digits(epsilon), delta = as_digits(delta), cells = cells, rows = rows, bounds = lapply(bounds, as_digits),
    keys = keys, edges = lapply(edges, as_digits), name = name
  )))
}

#' The least epsilon that gives a column of a preview plus or minus `within`, or `percent` of `of`, a public number.
epsilon_for <- function(preview, output, within = NULL, percent = NULL, of = NULL) {
  if (inherits(of, "ecluse_answer")) of <- of$python
  answer(calling(preview$python$epsilon_for(output, within = within, percent = percent, of = of)))
}

#' The privacy budget of this workspace's project, as it went over time.
budget <- function() answer(calling(platform()$budget()))

#' One protected table of a request, by its name or its place from 1; a private one with its intervals.
result_table <- function(request, name = 1L) {
  answer(calling(request$python$table(if (is.character(name)) name else as.integer(name) - 1L)))
}

#' Margins of a noised table: the sums of a column by some of its dimensions, with their intervals; they cost nothing.
#'
#'     margins(result_table(request), "patients", by = "month")
#'
#' A data.frame: the dimensions, the sum and its interval, how many cells are in it, and how many are missing in it.
margins <- function(table, column, by = character()) {
  found <- reticulate::iterate(calling(table$python$margins(column, as.list(by))))
  field <- function(name) vapply(found, function(one) as.numeric(reticulate::py_str(one[[name]])), 0)
  labels <- lapply(found, function(one) vapply(reticulate::py_to_r(one$labels), as_label, ""))
  dimensions <- lapply(seq_along(by), function(place) vapply(labels, `[`, "", place))
  names(dimensions) <- by
  numbers <- lapply(c(value = "value", low = "low", high = "high", cells = "cells", hidden = "hidden"), field)
  structure(c(dimensions, numbers), row.names = .set_row_names(length(found)), class = "data.frame")
}

as_label <- function(label) if (is.null(label)) NA_character_ else as.character(label)

# R prints 1e-06 and 0.1 as people write them; Python takes the text for the exact number.
as_digits <- function(numbers) {
  if (is.null(numbers)) return(NULL)
  vapply(numbers, format, "", digits = 15L, scientific = FALSE, trim = TRUE)
}

#' Ask what would be computed and refused; no data is touched and nothing is kept.
preview <- function(draft) UseMethod("preview")

preview.ecluse_draft <- function(draft) answer(calling(draft$python$preview()))

#' Hand the request to the data stewards; doing it again after a failure never submits it twice.
submit <- function(draft) UseMethod("submit")

submit.ecluse_draft <- function(draft) answer(calling(draft$python$submit()))

#' The export requests of this workspace's project.
requests <- function() answer(calling(platform()$requests()))

#' The rules that results of this project must obey to leave.
rules <- function() answer(calling(platform()$rules()))

as_draft <- function(python) structure(list(python = python), class = "ecluse_draft")

answer <- function(python) structure(list(python = python), class = "ecluse_answer")

print.ecluse_draft <- function(x, ...) said(x)

print.ecluse_answer <- function(x, ...) said(x)

said <- function(x) {
  cat(as.character(reticulate::py_repr(x$python)), "\n", sep = "")
  invisible(x)
}

# A notebook shows the same tables as it does in Python.
.onLoad <- function(libname, pkgname) {
  if (requireNamespace("repr", quietly = TRUE)) {
    for (class in c("ecluse_draft", "ecluse_answer")) {
      registerS3method("repr_html", class, as_html, envir = asNamespace("repr"))
    }
  }
}

as_html <- function(obj, ...) {
  if (!reticulate::py_has_attr(obj$python, "_repr_html_")) return(NULL)
  as.character(obj$python$`_repr_html_`())
}
