using System.Text.Json.Nodes;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.KServe;

namespace ExpertCluster.Router.Tests.Apis.KServe;

public sealed class TensorValueTests
{
    [Theory]
    [InlineData("text_input", new long[] { }, 1)]
    [InlineData("text_input", new long[] { 1 }, 1)]
    [InlineData("text_input", new long[] { 1, 1 }, 1)]
    [InlineData("stop", new long[] { 16 }, 16)]
    [InlineData("stop", new long[] { 1, 2 }, 2)]
    public void CountOf_OneOrAFewTexts_IsTheProduct(string name, long[] shape, int count) => Assert.Equal(count, TensorValue.CountOf(name, shape));

    [Theory]
    [InlineData("text_input", new long[] { 2 }, "[2]")]
    [InlineData("text_input", new long[] { 0 }, "[0]")]
    [InlineData("text_input", new long[] { -1 }, "[-1]")]
    [InlineData("text_input", new long[] { 1, 1, 1 }, "[1, 1, 1]")]
    [InlineData("text_input", new[] { long.MaxValue, 2 }, "[9223372036854775807, 2]")]
    [InlineData("stop", new long[] { 17 }, "[17]")]
    [InlineData("stop", new long[] { 16, 16 }, "[16, 16]")]
    [InlineData("stop", new long[] { 9, 9, 9, 9, 9, 9 }, "[9, 9, 9, 9, ...]")]
    public void CountOf_AnyOtherShape_NamesTheTensorAndTheShape(string name, long[] shape, string told)
    {
        var failure = Assert.Throws<RequestFailedException>(() => TensorValue.CountOf(name, shape)).Failure;

        Assert.Equal((FailureKind.InvalidArgument, name), (failure.Kind, failure.Field));
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BYTES", 1, new byte[] { 2, 0, 0, 0, 0xc3, 0xa9 }, "\"\\u00E9\"")]
    [InlineData("BYTES", 2, new byte[] { 1, 0, 0, 0, 97, 0, 0, 0, 0 }, "[\"a\",\"\"]")]
    [InlineData("BOOL", 1, new byte[] { 1 }, "true")]
    [InlineData("INT8", 1, new byte[] { 0xff }, "-1")]
    [InlineData("UINT8", 1, new byte[] { 0xff }, "255")]
    [InlineData("INT16", 1, new byte[] { 0xfe, 0xff }, "-2")]
    [InlineData("INT32", 1, new byte[] { 7, 0, 0, 0 }, "7")]
    [InlineData("UINT32", 1, new byte[] { 0xff, 0xff, 0xff, 0xff }, "4294967295")]
    [InlineData("INT64", 1, new byte[] { 7, 0, 0, 0, 0, 0, 0, 0 }, "7")]
    [InlineData("FP32", 1, new byte[] { 0x33, 0x33, 0x33, 0x3f }, "0.7")]
    [InlineData("FP64", 1, new byte[] { 0, 0, 0, 0, 0, 0, 0xe0, 0x3f }, "0.5")]
    public void ReadRaw_Bytes_IsTheValue(string datatype, int count, byte[] bytes, string json) => Assert.Equal(json, TensorValue.ReadRaw("stop", datatype, count, bytes).ToJsonString());

    [Theory]
    [InlineData("BYTES", new byte[] { 2, 0, 0, 0, 97 }, "fewer bytes")]
    [InlineData("BYTES", new byte[] { 0xff, 0xff, 0xff, 0xff }, "fewer bytes")]
    [InlineData("BYTES", new byte[] { 1, 0 }, "fewer bytes")]
    [InlineData("BYTES", new byte[] { 1, 0, 0, 0, 97, 98 }, "more bytes")]
    [InlineData("BYTES", new byte[] { 1, 0, 0, 0, 0xff }, "UTF-8")]
    [InlineData("INT32", new byte[] { 7, 0, 0 }, "fewer bytes")]
    [InlineData("INT32", new byte[] { 7, 0, 0, 0, 0 }, "more bytes")]
    [InlineData("FP32", new byte[] { 0, 0, 0x80, 0x7f }, "finite")]
    [InlineData("FP16", new byte[] { 0, 0 }, "FP16")]
    [InlineData("", new byte[] { }, "type")]
    public void ReadRaw_WrongBytes_NamesTheTensor(string datatype, byte[] bytes, string told)
    {
        var failure = Assert.Throws<RequestFailedException>(() => TensorValue.ReadRaw("text_input", datatype, 1, bytes)).Failure;

        Assert.Equal((FailureKind.InvalidArgument, "text_input"), (failure.Kind, failure.Field));
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Join_OtherThanTheShapeSays_NamesBoth() =>
        Assert.Equal("stop has 1 elements, and its shape has 2", Assert.Throws<RequestFailedException>(() => TensorValue.Join("stop", [JsonValue.Create("a")], 2)).Message);
}
