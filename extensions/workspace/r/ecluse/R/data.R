#' Run SQL on the project's tables and return a data.frame.
#'
#' The connection is read-only and keeps to the memory and cores of the workspace. Whole numbers of more than 32 bits
#' and decimals become numeric; dates become Date; a missing value is NA.
sql <- function(query) {
  stopifnot(is.character(query), length(query) == 1L)
  columns <- calling(reticulate::py_to_r(column_reader()$columns(connection()$sql(query))))
  values <- lapply(columns, as_vector)
  names(values) <- vapply(columns, function(column) column$name, "")
  rows <- if (length(values)) length(values[[1L]]) else 0L
  structure(values, row.names = .set_row_names(rows), class = "data.frame")
}

as_vector <- function(column) {
  small <- column$class %in% c("integer", "logical", "character")
  numbers <- readBin(column$numbers, if (small) "integer" else "double", column$rows)
  if (column$class == "character") return(as.character(unlist(column$levels))[numbers + 1L])
  if (column$class == "integer") return(numbers)
  if (column$class == "logical") return(as.logical(numbers))
  numbers[readBin(column$missing, "integer", length(column$missing) / 4) + 1L] <- NA_real_
  switch(column$class,
    Date = structure(numbers, class = "Date"),
    POSIXct = structure(numbers, class = c("POSIXct", "POSIXt"), tzone = "UTC"),
    numbers
  )
}

#' The names of the project's tables.
tables <- function() {
  sql("SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY table_name")$table_name
}

#' What a table, or one column of it ("ER_PRS_F.EXE_SOI_DTD"), means; without a name, all tables of the project.
describe <- function(name = NULL) {
  answer(if (is.null(name)) calling(platform()$describe()) else calling(platform()$describe(name)))
}

#' Find tables and columns by words of their names or meanings, in French or English.
lookup <- function(words) answer(calling(platform()$search(words)))

#' The codes of a named, versioned list, such as "diabetes".
codelist <- function(name) answer(calling(platform()$codelist(name)))
