# The Python package does the work; what is loaded and opened once is kept here.
state <- new.env(parent = emptyenv())

platform <- function() {
  if (is.null(state$ecluse)) state$ecluse <- calling(reticulate::import("ecluse", convert = FALSE))
  state$ecluse
}

connection <- function() {
  if (is.null(state$connection)) state$connection <- calling(platform()$connect())
  state$connection
}

column_reader <- function() {
  if (is.null(state$columns)) {
    state$columns <- reticulate::import_from_path(
      "ecluse_columns", path = system.file("python", package = "ecluse"), convert = FALSE
    )
  }
  state$columns
}

# An error of the platform is told in its own words, without the trace of two languages.
calling <- function(expression) {
  tryCatch(expression, error = function(error) {
    told <- sub("^[A-Za-z_.]*(Ecluse[A-Za-z]*|[A-Za-z]+Exception|[A-Za-z]+Error): ", "", conditionMessage(error))
    told <- sub("\n+(Run `?reticulate|Detailed traceback)[\\s\\S]*$", "", told, perl = TRUE)
    stop(told, call. = FALSE)
  })
}
