using System.Text.Json;
using ExpertCluster.Text.Json;

namespace ExpertCluster.Text.Tests.Json;

public sealed class JsonFieldTests
{
    public static TheoryData<string, string> Wrong() => new()
    {
        { "0", "a.json: a.b: must be a whole number from 1 to 9, but is 0" },
        { "10", "a.json: a.b: must be a whole number from 1 to 9, but is 10" },
        { "1.5", "a.json: a.b: must be a whole number from 1 to 9, but is 1.5" },
        { "1e99", "a.json: a.b: must be a whole number from 1 to 9, but is 1e99" },
        { "\"3\"", "a.json: a.b: must be a whole number from 1 to 9, but is \"3\"" },
        { "{}", "a.json: a.b: must be a whole number from 1 to 9, but is an object" },
        { "null", "a.json: a.b: must be a whole number from 1 to 9, but is null" },
        { $"\"{new string('x', 99)}\"", $"a.json: a.b: must be a whole number from 1 to 9, but is \"{new string('x', 59)}..." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Integer_AnythingElse_NamesFileFieldLimitAndValue(string value, string expected) =>
        Assert.Equal(expected, Refusal("{\"a\": {\"b\": " + value + "}}", field => field["a"]["b"].Integer(1, 9)));

    [Fact]
    public void Integer_Missing_SaysSo() =>
        Assert.Equal("a.json: a.b: must be a whole number from 1 to 9, but is missing", Refusal("""{"a": {}}""", field => field["a"]["b"].Integer(1, 9)));

    [Theory]
    [InlineData("0.5")]
    [InlineData("2")]
    public void Number_InRange_IsRead(string value) => Assert.Equal(
        double.Parse(value, System.Globalization.CultureInfo.InvariantCulture), Field(value).Number(0, 2));

    [Theory]
    [InlineData("0")]
    [InlineData("2.1")]
    [InlineData("true")]
    public void Number_OutOfRange_NamesTheLimits(string value) =>
        Assert.Equal($"a.json: : must be a number above 0 and at most 2, but is {value}", Refusal(value, field => field.Number(0, 2)));

    [Fact]
    public void String_HalfOfASurrogatePair_IsRefused() => Assert.Equal("a.json: : is not valid Unicode", Refusal("\"\\ud800\"", field => field.String()));

    [Fact]
    public void Items_OfAnArray_KnowTheirPlaces() =>
        Assert.Equal("a.json: a[1].b: must be true or false, but is 1", Refusal(
            """{"a": [{"b": true}, {"b": 1}]}""", field => field["a"].Items().Select(item => item["b"].Bool(missing: false)).ToList()));

    private static string Refusal<T>(string json, Func<JsonField, T> read) =>
        Assert.Throws<InvalidDataException>(() => { read(Field(json)); }).Message;

    private static JsonField Field(string json)
    {
        using var document = JsonDocument.Parse(json);
        return new JsonField(
            document.RootElement.Clone(), "", new JsonSource("a.json", (file, place, problem, inner) => new InvalidDataException($"{file}: {place}: {problem}", inner)));
    }
}
