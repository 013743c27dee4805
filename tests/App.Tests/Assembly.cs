// Tests that count live tensors of the whole process must not run beside others.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
