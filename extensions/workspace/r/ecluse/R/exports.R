#' Start an export request: what the results are, and what they are for.
#'
#'     export_request("Diabetes by département", "Article, table 2") |>
#'       add_query("SELECT …") |>
#'       submit()
export_request <- function(title, purpose) as_draft(calling(platform()$export(title = title, purpose = purpose)))

#' Add a query; the service computes it again on the extract, so no number of the session is sent.
add_query <- function(draft, sql, name = NULL) UseMethod("add_query")

add_query.ecluse_draft <- function(draft, sql, name = NULL) as_draft(calling(draft$python$add_query(sql, name)))

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
