using System.Text.Json;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Tests.Tools;

/// <summary>Judged by the framework's own reader.</summary>
public sealed class JsonScannerTests
{
    private static readonly string[] Values =
    [
        "{}", "[]", """{"a":1}""", """{"a":[1,-0.5e+3,true,false,null,"x\"\\\u00fcü"],"b":{"c":{}}}""", """[ {"a" : 0 } , 12 ]""", "\"x\"", """{"":""}""", """{"a":1,"a":2}""", "[1E5,0,0.0]",
    ];

    public static TheoryData<string> Valid => [.. Values];

    [Theory]
    [MemberData(nameof(Valid))]
    public void Step_Value_IsDoneWithItsLastCharacter(string json)
    {
        var scanner = new JsonScanner();
        for (int i = 0; i < json.Length; i++)
        {
            Assert.False(scanner.IsDone);
            Assert.True(scanner.Step(json[i]), json[..(i + 1)]);
        }

        Assert.True(scanner.IsDone);
        Assert.False(scanner.Step(','));
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void Step_OneCharacterChanged_IsJudgedAsTheFrameworkDoes(string json)
    {
        for (int i = 0; i < json.Length; i++)
        {
            foreach (char other in "{}[],:\"\\0-.e1t n\u0001")
            {
                string changed = $"{json[..i]}{other}{json[(i + 1)..]}";
                Assert.True(IsJson(changed) == Takes(changed), changed);
            }
        }
    }

    [Fact]
    public void Step_DeeperThanBodiesMayBe_IsNone() => Assert.False(Takes(new string('[', 65) + new string(']', 65)));

    private static bool Takes(string json)
    {
        var scanner = new JsonScanner();

        // A number alone ends with what follows it, so all stand in an array.
        return $"[{json}]".All(scanner.Step) && scanner.IsDone;
    }

    private static bool IsJson(string json)
    {
        try
        {
            using var document = JsonDocument.Parse($"[{json}]");
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
