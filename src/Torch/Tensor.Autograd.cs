namespace Kouyin.Torch;

/// <content>Gradients.</content>
public sealed partial class Tensor
{
    /// <summary>Whether gradients are computed for this tensor.</summary>
    public bool RequiresGrad
    {
        get
        {
            Native.Check(Native.ky_tensor_requires_grad(Handle, out int on));
            return on != 0;
        }
        set => Native.Check(Native.ky_tensor_set_requires_grad(Handle, value ? 1 : 0));
    }

    /// <summary>The gradient that <see cref="Backward"/> left here, or null. The handle belongs to the open scope, the
    /// gradient itself to this tensor.</summary>
    public Tensor? Grad
    {
        get
        {
            if (!TensorScope.IsOpen)
                throw new InvalidOperationException("a gradient was asked for outside a TensorScope");
            Native.Check(Native.ky_tensor_grad(Handle, out nint grad));
            return grad == 0 ? null : new Tensor(grad);
        }
        set => Native.Check(Native.ky_tensor_set_grad(Handle, value?.Handle ?? 0));
    }

    /// <summary>Adds the gradient of this number to <see cref="Grad"/> of every tensor that asked for one.</summary>
    public void Backward() => Native.Check(Native.ky_backward(Handle));
}
