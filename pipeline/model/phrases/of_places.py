"""Places in files, as they are stored in words: those of :class:`pipeline.model.location.Location`."""

PHRASES: tuple[str, ...] = (
    "(column {number})",
    "{file}, cell {cell}",
    "{file}, cell {cell} ({header})",
    "{file}, column {column}",
    "{file}, column {column} ({header})",
    "{file}, sheet {sheet}, cell {cell}",
    "{file}, sheet {sheet}, cell {cell} ({header})",
    "{file}, sheet {sheet}, column {column}",
    "{file}, sheet {sheet}, column {column} ({header})",
)
