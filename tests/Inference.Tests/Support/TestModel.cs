using System.Globalization;
using System.Runtime.InteropServices;

namespace ExpertCluster.Inference.Tests.Support;

/// <summary>Writes small ONNX models. Field numbers are those of onnx.proto; element types those of the tensor enum.</summary>
internal sealed class TestModel
{
    public const int Float = 1;
    public const int UInt8 = 2;
    public const int Int32 = 6;

    private readonly List<Action<ProtoWriter>> _graph = [];
    private readonly HashSet<string> _domains = [string.Empty];

    /// <summary>Dimensions are numbers, or names of symbolic ones.</summary>
    public TestModel Input(string name, int type, params string[] shape) => Value(11, name, type, shape);

    public TestModel Output(string name, int type, params string[] shape) => Value(12, name, type, shape);

    /// <summary>Attributes: long, float or long[].</summary>
    public TestModel Node(
        string op, string[] inputs, string[] outputs, string domain = "", params (string Name, object Value)[] attributes)
    {
        _domains.Add(domain);
        _graph.Add(g => g.Message(1, n =>
        {
            Array.ForEach(inputs, i => n.Text(1, i));
            Array.ForEach(outputs, o => n.Text(2, o));
            n.Text(3, outputs[0]).Text(4, op).Text(7, domain);
            foreach (var (name, value) in attributes)
            {
                n.Message(5, a => Attribute(a, name, value));
            }
        }));
        return this;
    }

    public TestModel Initializer(string name, float[] values, params long[] shape)
    {
        _graph.Add(g => g.Message(5, t =>
        {
            Array.ForEach(shape, d => t.Varint(1, d));
            t.Varint(2, Float).Text(8, name).Bytes(9, MemoryMarshal.AsBytes(values.AsSpan()));
        }));
        return this;
    }

    public byte[] ToBytes()
    {
        var model = new ProtoWriter().Varint(1, 8).Text(2, "tests").Varint(5, 3).Message(7, g =>
        {
            g.Text(2, "graph");
            _graph.ForEach(write => write(g));
        });
        foreach (string domain in _domains)
        {
            model.Message(8, o => o.Text(1, domain).Varint(2, domain.Length == 0 ? 17 : 1));
        }

        return model.Message(14, p => p.Text(1, "origin").Text(2, "test")).ToArray();
    }

    private static void Attribute(ProtoWriter a, string name, object value)
    {
        a.Text(1, name);
        switch (value)
        {
            case float f:
                a.Float(2, f).Varint(20, 1);
                break;
            case long i:
                a.Varint(3, i).Varint(20, 2);
                break;
            case long[] list:
                Array.ForEach(list, i => a.Varint(8, i));
                a.Varint(20, 7);
                break;
            default:
                throw new NotSupportedException($"Attributes of the type {value.GetType()}.");
        }
    }

    private TestModel Value(int field, string name, int type, string[] shape)
    {
        _graph.Add(g => g.Message(field, v => v.Text(1, name).Message(2, t => t.Message(1, tensor =>
            tensor.Varint(1, type).Message(2, s => Array.ForEach(shape, d => s.Message(1, dim =>
            {
                if (long.TryParse(d, NumberStyles.Integer, CultureInfo.InvariantCulture, out long size))
                {
                    dim.Varint(1, size);
                }
                else
                {
                    dim.Text(2, d);
                }
            })))))));
        return this;
    }
}
