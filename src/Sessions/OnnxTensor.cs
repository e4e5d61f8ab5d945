using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ExpertCluster.Sessions;

/// <summary>A tensor over memory of the caller's. A binding that it is bound to keeps it, and so its memory, until it is bound no more.</summary>
public sealed class OnnxTensor : IDisposable
{
    private readonly Lifetime _lifetime;

    private OnnxTensor(OrtValue value, Action? released)
    {
        Value = value;
        _lifetime = new Lifetime(this, () =>
        {
            value.Dispose();
            released?.Invoke();
        });
    }

    /// <summary>Of the library; only between Enter and the end of that use.</summary>
    internal OrtValue Value { get; }

    /// <summary>Over managed memory, which stays where it is as long as the tensor does.</summary>
    /// <param name="memory">At least as many elements as the shape has.</param>
    /// <param name="shape">Row by row.</param>
    public static OnnxTensor Over<T>(Memory<T> memory, params long[] shape)
        where T : unmanaged =>
        new(OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape), released: null);

    /// <summary>Over native memory.</summary>
    /// <param name="address">Of the first element.</param>
    /// <param name="bytes">All of it.</param>
    /// <param name="type">Of an element.</param>
    /// <param name="shape">Row by row.</param>
    /// <param name="released">Called when the memory is used no more; not where the constructor throws.</param>
    public static OnnxTensor At(nint address, long bytes, TensorElementType type, long[] shape, Action? released = null) =>
        new(OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, shape, address, bytes), released);

    /// <summary>Gives a session that is opened with these options the tensor in the place of a weight of its graph; it must outlive the session.</summary>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    public void AddTo(SessionOptions options, string weight)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var use = Enter();
        options.AddInitializer(weight, Value);
    }

    /// <inheritdoc cref="Lifetime.Enter"/>
    public Use Enter() => _lifetime.Enter();

    public void Dispose() => _lifetime.Dispose();
}
