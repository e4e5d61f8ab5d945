namespace ExpertCluster.Inference.Tests.Stepping;

internal static class Logits
{
    /// <summary>The reference computes in double; float sums over some hundred terms near 1 stay within this.</summary>
    private const float Tolerance = 5e-5f;

    public static float Distance(float[] a, float[] b) => a.Zip(b, (x, y) => MathF.Abs(x - y)).Max();

    public static void AssertClose(float[][] expected, float[][] actual, float tolerance = Tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int row = 0; row < expected.Length; row++)
        {
            Assert.Equal(expected[row].Length, actual[row].Length);
            float distance = Distance(expected[row], actual[row]);
            Assert.True(distance <= tolerance, $"row {row} is off by {distance:G3}");
        }
    }
}
