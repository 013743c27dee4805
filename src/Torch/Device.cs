namespace Kouyin.Torch;

/// <summary>The kinds of number that a tensor can hold; the values are libtorch's.</summary>
public enum DType
{
    /// <summary>Unsigned bytes.</summary>
    UInt8 = 0,

    /// <summary>16-bit integers.</summary>
    Int16 = 2,

    /// <summary>32-bit integers.</summary>
    Int32 = 3,

    /// <summary>64-bit integers: ids and lengths.</summary>
    Int64 = 4,

    /// <summary>IEEE half precision.</summary>
    Float16 = 5,

    /// <summary>Single precision: weights, activations, losses.</summary>
    Float32 = 6,

    /// <summary>Double precision: tests.</summary>
    Float64 = 7,

    /// <summary>Truth values.</summary>
    Bool = 11,

    /// <summary>bfloat16: inside convolutions and linear layers only.</summary>
    BFloat16 = 15,
}

/// <summary>Where a tensor lives.</summary>
/// <param name="Code">libtorch's device type &lt;&lt; 8 | index + 1.</param>
public readonly record struct Device(long Code)
{
    private const int CudaType = 1;

    /// <summary>The processor.</summary>
    public static Device Cpu { get; } = new(0);

    /// <summary>Whether this is a CUDA device.</summary>
    public bool IsCuda => Code >> 8 == CudaType;

    /// <summary>How many CUDA devices this libtorch can use.</summary>
    public static int CudaCount
    {
        get
        {
            Native.Check(Native.ky_device_count(CudaType, out int count));
            return count;
        }
    }

    /// <summary>A CUDA device.</summary>
    /// <param name="index">Its number, from 0.</param>
    public static Device Cuda(int index = 0) => new((CudaType << 8) | (index + 1));

    /// <summary>Waits until the device has done what was asked of it. The processor never makes one wait.</summary>
    public void Synchronize()
    {
        if (IsCuda)
            Native.Check(Native.ky_synchronize(Code));
    }

    /// <inheritdoc/>
    public override string ToString() => IsCuda ? $"cuda:{(Code & 0xff) - 1}" : "cpu";
}
