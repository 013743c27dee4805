namespace Kouyin.Torch;

/// <summary>libtorch refused a call. A bug of ours, or memory that ran out; never a user's mistake.</summary>
/// <param name="message">libtorch's message.</param>
public sealed class TorchException(string message) : Exception(message);
