namespace ExpertCluster.Models.Onnx;

/// <summary>Tensors of the checkpoint ([outputs, inputs] each) that share their input and become one product.</summary>
internal sealed record FusedProjection(string Name, IReadOnlyList<string> Tensors, int Inputs, IReadOnlyList<int> Outputs)
{
    /// <summary>All outputs together.</summary>
    public int Width => Outputs.Sum();
}
