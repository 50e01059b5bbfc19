"""How the shipped samples are made: invented shops, people and orders, the same on every machine.

Does not belong here: anything of the program itself. The samples are what a customer would bring.
"""
