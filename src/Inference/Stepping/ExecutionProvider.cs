namespace ExpertCluster.Inference.Stepping;

/// <summary>What ONNX Runtime computes on.</summary>
public enum ExecutionProvider
{
    /// <summary>The CPU, with this project's own operators (<see cref="FlatStepRunner"/>).</summary>
    Cpu = 0,

    /// <summary>A GPU through WebGPU (Vulkan, Metal, Direct3D), by the portable graph.</summary>
    WebGpu = 1,

    /// <summary>An NVIDIA GPU through CUDA, by the portable graph.</summary>
    Cuda = 2,
}
