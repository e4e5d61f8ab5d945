using System.Runtime.InteropServices.Marshalling;
using ExpertCluster.Inference.Native;
using ExpertCluster.Inference.Tests.Support;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Tests.Native;

public sealed unsafe class OperatorTableTests
{
    private static readonly Lazy<nint> Domain = new(() =>
    {
        nint domain = NativeApi.CreateDomain(Utf8StringMarshaller.ConvertToUnmanaged("expertcluster.tests"));
        NativeApi.AddToDomain(domain, OperatorTable.Create(new ThrowingOperator(), null));
        return domain;
    });

    [Theory]
    [InlineData(1, "failed in the call")]
    [InlineData(2, "failed in a part")]
    public void Compute_KernelThrows_FailsTheRunAndNoMore(float where, string expected)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 2 };
        NativeApi.AddDomain(options.DangerousGetHandle(), Domain.Value);
        byte[] model = new TestModel()
            .Input("x", TestModel.Float, "1")
            .Node("Throwing", ["x"], ["y"], "expertcluster.tests")
            .Output("y", TestModel.Float, "1")
            .ToBytes();
        using var session = new InferenceSession(model, options);
        using var runOptions = new RunOptions();
        using var bad = OrtValue.CreateTensorValueFromMemory([where], [1]);
        using var good = OrtValue.CreateTensorValueFromMemory<float>([0], [1]);

        for (int round = 0; round < 20; round++)
        {
            var failure = Assert.Throws<OnnxRuntimeException>(() => session.Run(runOptions, ["x"], [bad], ["y"]));
            Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
            using var results = session.Run(runOptions, ["x"], [good], ["y"]);
            Assert.Equal(0, results[0].GetTensorDataAsSpan<float>()[0]);
        }
    }
}
