using Microsoft.ML.OnnxRuntime.Tensors;

namespace ExpertCluster.Inference.Stepping.Memory;

/// <summary>Tensors that live and end together. When one cannot be had, those before it are given back.</summary>
internal sealed class NativeTensorSet : IDisposable
{
    private readonly List<NativeTensor> _tensors = [];

    public long Bytes => _tensors.Sum(t => t.Bytes);

    public NativeTensor Add(TensorElementType type, params long[] shape)
    {
        try
        {
            var tensor = new NativeTensor(type, shape);
            _tensors.Add(tensor);
            return tensor;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _tensors.ForEach(t => t.Dispose());
        _tensors.Clear();
    }
}
