using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Orleans.Server.Tests;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

// Arguments: silo port, primary port, silo name, seconds between probes. Says "ready <address>" once it is active, and ends
// with its standard input.
var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Logging.AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
builder.Services.AddSingleton<Journal>();
builder.UseOrleans(silo =>
{
    TestSilo.Configure(silo, Number(args[0]), Number(args[1]), TimeSpan.FromSeconds(Number(args[3])));
    silo.Configure<SiloOptions>(options => options.SiloName = args[2]);
});
using var host = builder.Build();
var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
_ = Task.Run(async () =>
{
    while (await Console.In.ReadLineAsync() is not null)
    {
    }
    lifetime.StopApplication();
});
await host.StartAsync();
await Console.Out.WriteLineAsync($"ready {host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString()}");
await host.WaitForShutdownAsync();

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
