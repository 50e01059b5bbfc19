"""What a caller asks for, hears meanwhile and gets back: values with their defaults.

Not here: anything that does it.
"""
