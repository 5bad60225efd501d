"""Scenarios 仿真方案: what-ifs of the policies that staff run, with their results, kept by name."""
