"""Which cell styles of an XLSX workbook show leading zeros that the number itself does not hold."""

from pipeline.loaders.workbook.archive import Parts
from pipeline.loaders.workbook.number_format import padded_text


def padding_styles(parts: Parts, book: str) -> dict[int, str]:
    """Return the styles (as cells name them in ``s``) whose number format pads with zeros → the format."""
    part = next((name for name in parts.links(book).values() if name.lower().endswith("styles.xml")), None)
    if part is None or part not in parts:
        return {}
    codes: dict[str, str] = {}
    styles: dict[int, str] = {}
    inside_cells, index = False, 0
    for name, attributes in parts.elements(part, "numFmt", "cellStyleXfs", "cellXfs", "cellStyles", "xf"):
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name != "xf":
            inside_cells = name == "cellXfs"
        elif inside_cells:
            code = codes.get(attributes.get("numFmtId", ""), "")
            if padded_text(code, 1) is not None:
                styles[index] = code
            index += 1
    return styles
