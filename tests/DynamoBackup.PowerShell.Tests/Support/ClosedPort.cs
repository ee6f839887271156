using System.Net;
using System.Net.Sockets;

namespace DynamoBackup.PowerShell.Tests.Support;

/// <summary>A port of this machine that nobody listens on.</summary>
internal static class ClosedPort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
