using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Orleans.Server.Tests;
using Orleans.Runtime;

// Arguments: silo port, primary port. Says "ready <address>" once it is active, and ends with its standard input.
var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Logging.AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
builder.Services.AddSingleton<Journal>();
builder.UseOrleans(silo => TestSilo.Configure(silo, Port(args[0]), Port(args[1])));
using var host = builder.Build();
await host.StartAsync();
await Console.Out.WriteLineAsync($"ready {host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString()}");
while (await Console.In.ReadLineAsync() is not null)
{
}
await host.StopAsync();

static int Port(string text) => int.Parse(text, CultureInfo.InvariantCulture);
