"""`make replay`: the public history of a real store, day by day, through this one.

Every plugin and every change is submitted from its own host and reviewed in order, over HTTP, while readers poll
everything that is live and compare it, byte for byte, with what was approved. Before each day's submissions the store
looks at all origins by itself; upgrades that fit a policy go without a reviewer; and one plugin, whose schema has
today's date in it, is reviewed for some days and then served by its envelope.
"""
