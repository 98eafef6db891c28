"""Measuring meshctl: generated meshes and the budgets they must stay within."""
