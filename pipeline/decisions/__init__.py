"""Many refused rows made few questions: which issues ask the same, what may be meant, what an answer changes.

Values in, values out. Does not belong here: where rules stand in a mapping and how it is edited (mapping),
preparing orders again (runs), wording for people (reporting).
"""
