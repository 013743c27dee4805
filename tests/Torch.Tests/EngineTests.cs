namespace Kouyin.Torch.Tests;

public sealed class EngineTests
{
    [Fact]
    public void The_library_says_what_it_is()
    {
        Assert.Matches(@"^\d+\.\d+", Engine.Version);
        Assert.Contains("PyTorch built with", Engine.Configuration, StringComparison.Ordinal);
        Assert.Contains("ATen/Parallel", Engine.Configuration, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_are_what_they_were_set_to()
    {
        int before = Engine.Threads;

        Engine.Threads = 3;
        int now = Engine.Threads;
        Engine.Threads = before;

        Assert.Equal(3, now);
        Assert.Throws<TorchException>(() => Engine.Threads = 0);
    }

    [Fact]
    public void Devices_have_names_and_numbers()
    {
        Assert.Equal("cpu", Device.Cpu.ToString());
        Assert.Equal("cuda:2", Device.Cuda(2).ToString());
        Assert.True(Device.Cuda(2).IsCuda);
        Assert.False(Device.Cpu.IsCuda);
        Assert.Equal(default, Device.Cpu);
        Assert.InRange(Device.CudaCount, 0, 64);
        Device.Cpu.Synchronize();
    }

    [Fact]
    public void A_device_that_is_not_there_is_an_error()
    {
        using TensorScope scope = new();

        Assert.Throws<TorchException>(() => Tensor.Zeros([1], device: Device.Cuda(63)));
        Assert.Throws<TorchException>(() => new Generator(1, Device.Cuda(63)));
    }

    [Fact]
    public void Precision_of_products_on_cuda_can_be_switched()
    {
        Engine.AllowTf32(true);
        Engine.AllowTf32(false);
    }
}
