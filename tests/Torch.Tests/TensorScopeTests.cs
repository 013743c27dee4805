namespace Kouyin.Torch.Tests;

public sealed class TensorScopeTests
{
    [Fact]
    public void A_tensor_ends_with_its_scope()
    {
        long before = Engine.LiveTensors;
        Tensor x, y;

        using (new TensorScope())
        {
            x = Tensor.Zeros([2, 3]);
            y = x + 1;
            Assert.Equal(before + 2, Engine.LiveTensors);
        }

        Assert.Equal(before, Engine.LiveTensors);
        Assert.Throws<ObjectDisposedException>(() => x.Rank);
        Assert.Throws<ObjectDisposedException>(() => y.Rank);
    }

    [Fact]
    public void What_is_kept_lives_to_the_end_of_the_enclosing_scope()
    {
        long before = Engine.LiveTensors;
        Tensor kept;

        using (new TensorScope())
        {
            using (TensorScope inner = new())
                kept = inner.Keep(Tensor.Full([2], 3) * 2);
            Assert.Equal([6f, 6], kept.ToArray());
        }

        Assert.Equal(before, Engine.LiveTensors);
        Assert.Throws<ObjectDisposedException>(() => kept.Rank);
    }

    [Fact]
    public void What_is_kept_from_the_outermost_scope_belongs_to_the_caller()
    {
        long before = Engine.LiveTensors;
        Tensor kept;

        using (TensorScope scope = new())
            kept = scope.Keep(Tensor.Full([1], 5));

        Assert.Equal(before + 1, Engine.LiveTensors);
        Assert.Equal([5f], kept.ToArray());
        kept.Dispose();
        kept.Dispose();
        Assert.Equal(before, Engine.LiveTensors);
    }

    [Fact]
    public void Keeping_what_was_made_outside_changes_nothing()
    {
        Tensor free;
        using (TensorScope scope = new())
            free = scope.Keep(Tensor.Zeros([1]));
        using (new TensorScope())
        {
            Tensor outermost = Tensor.Zeros([1]);
            using (new TensorScope())
            {
                using TensorScope inner = new();
                inner.Keep(outermost);
                inner.Keep(free);
            }
            Assert.Equal(1, outermost.Rank);
        }

        Assert.Equal(1, free.Rank);
        free.Dispose();
    }

    [Fact]
    public void An_outer_scope_can_keep_what_an_inner_one_made()
    {
        Tensor kept;
        using (TensorScope outer = new())
        {
            using TensorScope inner = new();
            kept = outer.Keep(Tensor.Zeros([1]));
        }

        Assert.Equal(1, kept.Rank);
        kept.Dispose();
    }

    [Fact]
    public void A_tensor_disposed_early_is_not_freed_again()
    {
        long before = Engine.LiveTensors;

        using (new TensorScope())
        {
            Tensor x = Tensor.Zeros([1]);
            Tensor.Zeros([2]);
            x.Dispose();
            Assert.Equal(before + 1, Engine.LiveTensors);
        }

        Assert.Equal(before, Engine.LiveTensors);
    }

    [Fact]
    public void A_scope_frees_any_number_of_tensors()
    {
        long before = Engine.LiveTensors;

        for (int round = 0; round < 3; round++)
        {
            using TensorScope scope = new();
            for (int k = 0; k < 1000; k++)
                Tensor.Zeros([1]);
            Assert.Equal(before + 1000, Engine.LiveTensors);
        }

        Assert.Equal(before, Engine.LiveTensors);
    }

    [Fact]
    public void Scopes_close_in_the_reverse_order_of_their_opening()
    {
        TensorScope outer = new();
        TensorScope inner = new();

        InvalidOperationException? refused = null;
        try
        {
            outer.Dispose();
        }
        catch (InvalidOperationException e)
        {
            refused = e;
        }
        inner.Dispose();
        outer.Dispose();

        Assert.NotNull(refused);
        Assert.False(TensorScope.IsOpen);
    }

    [Fact]
    public void An_operator_outside_any_scope_throws()
    {
        Assert.False(TensorScope.IsOpen);

        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => Tensor.Zeros([1]));

        Assert.Contains("aten::full was called outside a TensorScope", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_asked_for_outside_any_scope_throws()
    {
        Tensor x;
        using (TensorScope scope = new())
            x = scope.Keep(Tensor.Zeros([1]));

        Assert.Throws<InvalidOperationException>(() => x.Grad);

        x.Dispose();
    }

    [Fact]
    public void A_failed_operator_leaves_nothing_behind()
    {
        long before = Engine.LiveTensors;

        using (new TensorScope())
        {
            for (int k = 0; k < 10; k++)
                Assert.Throws<TorchException>(() => Tensor.Zeros([2]) + Tensor.Zeros([3]));
        }

        Assert.Equal(before, Engine.LiveTensors);
    }

    [Fact]
    public void A_scope_belongs_to_its_thread()
    {
        using TensorScope scope = new();
        bool elsewhere = true;

        Thread thread = new(() => elsewhere = TensorScope.IsOpen);
        thread.Start();
        thread.Join();

        Assert.True(TensorScope.IsOpen);
        Assert.False(elsewhere);
    }

    [Fact]
    public void Threads_with_scopes_of_their_own_do_not_meet()
    {
        long before = Engine.LiveTensors;
        float[] sums = new float[4];

        Parallel.For(0, sums.Length, thread =>
        {
            using TensorScope scope = new();
            Tensor sum = Tensor.Zeros([1]);
            for (int k = 0; k < 500; k++)
                sum += Tensor.Full([1], thread + 1);
            sums[thread] = sum.Item();
        });

        Assert.Equal([500f, 1000, 1500, 2000], sums);
        Assert.Equal(before, Engine.LiveTensors);
    }
}
