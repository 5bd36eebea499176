"""Which index a name would come from, who named that index, and which credentials may go where."""
