namespace Microsoft.ML.OnnxRuntime.Tests.Support;

internal static class Models
{
    /// <summary>y [N, 2] = x [N, 2] * w + x, with w = 2.</summary>
    public static byte[] MultiplyAdd() => new TestModel()
        .Input("x", TestModel.Float, "N", "2")
        .Initializer("w", [2f, 2f], 2)
        .Node("Mul", ["x", "w"], ["p"])
        .Node("Add", ["p", "x"], ["y"])
        .Output("y", TestModel.Float, "N", "2")
        .ToBytes();

    /// <summary>A chain long enough for a run to be caught in its middle: y = (((x + x) - x) + x) ...</summary>
    public static byte[] Chain(int nodes)
    {
        var model = new TestModel().Input("x", TestModel.Float, "N");
        string previous = "x";
        for (int i = 0; i < nodes; i++)
        {
            string next = i == nodes - 1 ? "y" : $"t{i}";
            model.Node(i % 2 == 0 ? "Add" : "Sub", [previous, "x"], [next]);
            previous = next;
        }

        return model.Output("y", TestModel.Float, "N").ToBytes();
    }
}
