"""The waiting list: who waits, what is offered to them, what they answer, and that it is watched.

Priority is by rule alone: a benefit that is proved, then the order of joining. Nothing else moves anybody up.
"""
