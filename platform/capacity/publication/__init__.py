"""Interruptible quantities: how much interruptible capacity an operator states to be on sale."""
