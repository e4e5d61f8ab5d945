using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.OnnxRuntime.Tests.Support;

namespace Microsoft.ML.OnnxRuntime.Tests;

public sealed class InferenceSessionTests
{
    private static readonly string[] Input = ["x"];
    private static readonly string[] Output = ["y"];

    [Fact]
    public void Run_TinyModel_ComputesTheOutput()
    {
        using var session = new InferenceSession(Models.MultiplyAdd());
        using var options = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory<float>([1, 2, 3, 4], [2, 2]);

        using var results = session.Run(options, Input, [x], Output);

        Assert.Equal([3f, 6f, 9f, 12f], results[0].GetTensorDataAsSpan<float>().ToArray());
        Assert.Equal([2L, 2L], results[0].GetTensorTypeAndShape().Shape);
    }

    [Fact]
    public void Run_DictionaryOfInputs_ComputesTheOutput()
    {
        using var session = new InferenceSession(Models.MultiplyAdd());
        using var options = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory<float>([5, 6], [1, 2]);

        using var results = session.Run(options, new Dictionary<string, OrtValue> { ["x"] = x }, Output);

        Assert.Equal([15f, 18f], results[0].GetTensorDataAsSpan<float>().ToArray());
    }

    [Fact]
    public void Run_IntoOwnOutputs_WritesTheirMemory()
    {
        float[] memory = new float[2];
        using var session = new InferenceSession(Models.MultiplyAdd());
        using var options = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory<float>([5, 6], [1, 2]);
        using var y = OrtValue.CreateTensorValueFromMemory(memory, [1, 2]);

        session.Run(options, Input, [x], Output, [y]);

        Assert.Equal([15f, 18f], memory);
    }

    [Fact]
    public void Constructor_FromAFile_RunsLikeTheBytes()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}-é.onnx");
        File.WriteAllBytes(path, Models.MultiplyAdd());
        try
        {
            using var session = new InferenceSession(path);
            Assert.Equal(["x"], session.InputNames);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Metadata_TinyModel_SaysWhatTheGraphDeclares()
    {
        using var session = new InferenceSession(Models.MultiplyAdd());

        Assert.Equal(["y"], session.OutputNames);
        NodeMetadata x = session.InputMetadata["x"];
        Assert.Equal(TensorElementType.Float, x.ElementDataType);
        Assert.Equal(typeof(float), x.ElementType);
        Assert.Equal([-1, 2], x.Dimensions);
        Assert.Equal(["N", ""], x.SymbolicDimensions);
        Assert.Equal("test", session.ModelMetadata.CustomMetadataMap["origin"]);
        Assert.Equal(3, session.ModelMetadata.Version);
        Assert.Equal("tests", session.ModelMetadata.ProducerName);
    }

    [Fact]
    public void Constructor_NotAModel_ThrowsWithCode()
    {
        var failure = Assert.Throws<OnnxRuntimeException>(() => new InferenceSession([1, 2, 3]));
        Assert.StartsWith("[ErrorCode:InvalidProtobuf]", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_NoSuchFile_ThrowsWithThePath()
    {
        var failure = Assert.Throws<OnnxRuntimeException>(() => new InferenceSession("/nowhere/model.onnx"));
        Assert.StartsWith("[ErrorCode:NoSuchFile]", failure.Message, StringComparison.Ordinal);
        Assert.Contains("/nowhere/model.onnx", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_UnknownInputName_ThrowsInvalidArgument()
    {
        using var session = new InferenceSession(Models.MultiplyAdd());
        using var options = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory<float>([1, 2], [1, 2]);

        var failure = Assert.Throws<OnnxRuntimeException>(() => session.Run(options, ["z"], [x], Output));
        Assert.StartsWith("[ErrorCode:InvalidArgument]", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_NamesAndValuesDiffer_ThrowsArgument()
    {
        using var session = new InferenceSession(Models.MultiplyAdd());
        using var options = new RunOptions();

        Assert.Throws<ArgumentException>(() => session.Run(options, Input, [], Output));
    }

    [Fact]
    public void Run_AfterDispose_ThrowsObjectDisposed()
    {
        var session = new InferenceSession(Models.MultiplyAdd());
        using var options = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory<float>([1, 2], [1, 2]);
        session.Dispose();

        Assert.Throws<ObjectDisposedException>(() => session.Run(options, Input, [x], Output));
    }

    [Fact]
    public void Constructor_SharedContainer_RunsBothSessions()
    {
        using var container = new PrePackedWeightsContainer();
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var first = new InferenceSession(Models.MultiplyAdd(), options, container);
        using var second = new InferenceSession(Models.MultiplyAdd(), options, container);
        using var runOptions = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory<float>([1, 1], [1, 2]);

        using var a = first.Run(runOptions, Input, [x], Output);
        using var b = second.Run(runOptions, Input, [x], Output);

        Assert.Equal(a[0].GetTensorDataAsSpan<float>().ToArray(), b[0].GetTensorDataAsSpan<float>().ToArray());
    }
}
