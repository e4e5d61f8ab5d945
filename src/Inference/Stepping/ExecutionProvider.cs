namespace ExpertCluster.Inference.Stepping;

/// <summary>What ONNX Runtime computes on.</summary>
public enum ExecutionProvider
{
    /// <summary>The CPU, with this project's own operators (<see cref="FlatStepRunner"/>).</summary>
    Cpu = 0,

    /// <summary>An NVIDIA GPU through CUDA, by the portable graph; in builds with the GPU package.</summary>
    Cuda = 1,
}
