using System.Text;
using ExpertCluster.Router.Apis.ExtProc;

namespace ExpertCluster.Router.Tests.Apis.ExtProc;

public sealed class BodyModelTests
{
    [Theory]
    [InlineData("""{"model":"auto","messages":[{"model":"auto"}]}""", """{"model":"law","messages":[{"model":"auto"}]}""")]
    [InlineData("""{ "a" : 1.50 , "model" : "auto" , "b" : "\u00e9ü" }""", """{ "a" : 1.50 , "model" : "law" , "b" : "\u00e9ü" }""")]
    [InlineData("""{"m\u006fdel":"a\"b","x":1}""", """{"m\u006fdel":"law","x":1}""")]
    [InlineData("""{"model":null,"x":1}""", """{"model":"law","x":1}""")]
    [InlineData("""{"model":"a","x":1,"model":{"b":[1]}}""", """{"model":"law","x":1,"model":"law"}""")]
    [InlineData("""{"\ud800":1,"\udc00m":2,"model":null}""", """{"\ud800":1,"\udc00m":2,"model":"law"}""")]
    [InlineData("""  {"x":{"model":1}}""", """  {"model":"law","x":{"model":1}}""")]
    public void Put_AnyObject_ChangesNothingElse(string body, string changed) =>
        Assert.Equal(changed, Encoding.UTF8.GetString(BodyModel.Put(Encoding.UTF8.GetBytes(body), "law").Span));
}
