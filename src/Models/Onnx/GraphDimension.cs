namespace ExpertCluster.Models.Onnx;

/// <summary>One dimension of an input or output: a number, or a name where it varies from run to run.</summary>
public readonly record struct GraphDimension(long Size, string? Symbol)
{
    public static implicit operator GraphDimension(int size) => new(size, null);

    public static implicit operator GraphDimension(string symbol) => new(0, symbol);

    public static GraphDimension FromInt32(int size) => size;

    public static GraphDimension FromString(string symbol) => symbol;
}
