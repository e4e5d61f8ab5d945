namespace ExpertCluster.Inference.Tests.Support;

internal static class SmallGraphs
{
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
