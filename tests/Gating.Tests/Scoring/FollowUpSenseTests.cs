using ExpertCluster.Gating.Artefacts;
using ExpertCluster.Gating.Scoring;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Gating.Tests.Scoring;

public sealed class FollowUpSenseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Own => _folder[FollowUpSense.Folder];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_GateWithoutOne_KnowsNothing() => Assert.Null(FollowUpSense.Open(_folder.Path));

    /// <summary>Where the expert is sure, the text speaks for itself.</summary>
    [Fact]
    public void Of_ExpertIsSure_IsLess()
    {
        Write([FollowUpSense.StandsAlone, FollowUpSense.GoesOn], [0, 2]);
        using var sense = FollowUpSense.Open(_folder.Path)!;

        double unsure = sense.Of("and?", surest: 0);

        Assert.InRange(unsure, 0.88, 0.881);
        Assert.Equal(unsure / 10, sense.Of("and?", surest: 0.9), 6);
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData(FollowUpSense.GoesOn, FollowUpSense.StandsAlone, "c")]
    public void Open_OtherClasses_IsRefused(params string[] classes)
    {
        Write(classes, new float[classes.Length]);

        var error = Assert.Throws<GateFormatException>(() => FollowUpSense.Open(_folder.Path));

        Assert.Contains("classes must be \"goes on\" and \"stands alone\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileIsCut_IsRefused()
    {
        Write([FollowUpSense.StandsAlone, FollowUpSense.GoesOn], [0, 2]);
        using (var file = new FileStream(Path.Combine(Own, NgramIndexFile.Name), FileMode.Open))
        {
            file.SetLength(file.Length - 1);
        }

        Assert.Throws<GateFormatException>(() => FollowUpSense.Open(_folder.Path));
    }

    private void Write(string[] classes, float[] bias)
    {
        var metadata = new GateMetadata { Kind = GateMetadata.FollowUpKind, Classes = classes, Generalist = classes[0], Buckets = 256, Temperature = 1, Floor = 0 };
        GateFiles.Write(Own, new GateModel(metadata, [], [], []) { Index = new NgramIndex(bias, new float[256], new int[257], []) });
    }
}
