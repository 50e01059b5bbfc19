"""Which columns hold personal data, by the words of their headers, in Turkish, English and German.

A header is folded first (case, accents, ``İ``, ``_`` and the like do not count). Names of things are no
personal data: an article, a shop, a cargo company or a status has a name, too.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from pipeline.model.folding import fold

_ALWAYS: Final = re.compile(
    r"e ?mail|e ?posta|(?:^| )mail(?: |$)"
    r"|phone|telefon|(?:^| )tel(?: |$)|(?:^| )gsm|(?:^| )cep(?: |$)|mobile|whatsapp|(?:^| )fax|faks"
    r"|(?:^| )(?:adres|address|addres)|(?:^| )(?:street|sokak|cadde|mahalle)"
    r"|surname|last ?name|first ?name|full ?name|middle ?name|soy ?ad|soy ?isim|ad ?soyad"
    r"|postcode|post ?code|postal code|posta kod|(?:^| )zip(?: |code|$)"
    r"|tckn|(?:^| )t ?c ?(?:no|kimlik)|kimlik|passport|pasaport|identity (?:no|num)|national id"
    r"|(?:^| )vkn|vergi (?:no|num)|tax (?:no|num|id)"
    r"|(?:^| )iban|(?:kart|card) ?(?:no|num|hold|sahib)"
    r"|vorname|nachname|familienname|strasse|hausn(?:r|um)|anschrift|adresse"
    r"|(?:^| )(?:plz|postleitzahl)(?: |$)|handy|mobilnum|mobilfunk|geburt"
    r"|(?:^| )(?:ust|steuer) ?(?:id|ident|num|nr)|kontoinhaber"
    r"|birth|dogum|unvan|(?:^| )ip(?: (?:address|adres\w*|no))?$|remote addr"
)
_NAME: Final = re.compile(
    r"(?:musteri|alici|uye|kullanici|fatura|teslim\w*|gonder\w*|sevk|yetkili|irtibat|kisi|customer|buyer|recipient"
    r"|consignee|contact|person|billing|shipping|delivery|invoice|ship to|bill to|user|member"
    r"|kunde|kaufer|besteller|empfanger|rechnung|liefer|versand|ansprechpartner|benutzer|mitglied)"
    r".*(?:(?:^| )adi?(?: |$)|isim|ismi|name|company|firma)"
)
_ALONE: Final = re.compile(
    r"(?:ad|adi|isim|ismi|alici|recipient|musteri|customer|buyer|teslim alan"
    r"|kunde|kundin|kauferi?n?|bestelleri?n?|empfangeri?n?|ansprechpartner)"
)
"""Headers that say no more than this."""
_NOTE: Final = re.compile(
    r"(?:musteri|siparis|teslimat|hediye|customer|order|gift|delivery|kunden?|bestell\w*|liefer\w*) ?"
    r"(?:not\w*|mesaj\w*|message|comment\w*|hinweis\w*|bemerkung\w*|kommentar\w*|nachricht\w*)$"
)
_THINGS: Final = re.compile(
    r"urun|stok|kargo|magaza|sube|kategori|marka|varyant|durum|odeme|kampanya|ulke|sehir|ilce"
    r"|product|article|item|sku|cargo|carrier|store|shop|category|brand|variant|status|payment|campaign|method"
    r"|country|city|district|host"
    r"|artikel|produkt|ware|zahl\w*art|versandart|kategorie|marke"
)
"""What has names that belong to nobody; a telephone or an e-mail address still does."""


@lru_cache(maxsize=1024)
def is_personal_header(header: str) -> bool:
    """Whether a column's name says that it holds personal data."""
    words = _words(header)
    if _ALWAYS.search(words) or _NOTE.search(words):
        return True
    if _ALONE.fullmatch(words):
        return True
    return bool(_NAME.search(words)) and not _THINGS.search(words)


def _words(header: str) -> str:
    """Folded, without accents, in words parted by one blank: ``Müşteri_Adı`` becomes ``musteri adi``."""
    parted = re.sub(r"(?<=[a-zçğışöü])(?=[A-ZÇĞİŞÖÜ])", " ", header)
    letters = unicodedata.normalize("NFD", fold(parted))
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    return " ".join(re.split(r"[^a-z0-9]+", plain)).strip()
