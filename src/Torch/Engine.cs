namespace Kouyin.Torch;

/// <summary>The libtorch behind everything.</summary>
public static unsafe class Engine
{
    /// <summary>libtorch's version, for example 1.13.0.</summary>
    public static string Version
    {
        get
        {
            byte* text;
            Native.Check(Native.ky_version(&text));
            return Native.Text(text);
        }
    }

    /// <summary>How libtorch was built and what threads it uses, in its own words, many lines.</summary>
    public static string Configuration
    {
        get
        {
            byte* text;
            Native.Check(Native.ky_configuration(&text));
            return Native.Text(text);
        }
    }

    /// <summary>Threads that an operator may use. Results on the processor depend on it in the last digits.</summary>
    public static int Threads
    {
        get
        {
            Native.Check(Native.ky_threads(out int count));
            return count;
        }
        set => Native.Check(Native.ky_set_threads(value));
    }

    /// <summary>Whether float32 products on CUDA may use TF32, which keeps 10 bits of the mantissa.</summary>
    public static void AllowTf32(bool on) => Native.Check(Native.ky_allow_tf32(on ? 1 : 0));

    /// <summary>Tensors alive in this process: equal before and after what leaks nothing.</summary>
    public static long LiveTensors => Interlocked.Read(ref Tensor.Live);
}
