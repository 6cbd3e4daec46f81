"""Drives the service with a real SOAP client, from the description it serves itself.

Arguments: the address of the service, a user name, a password. Prints `ok` at the end.
"""

import sys

import zeep
from zeep.transports import Transport

url, user, password = sys.argv[1:4]
transport = Transport(timeout=30, operation_timeout=30)
client = zeep.Client(url + "?wsdl", transport=transport)
INTUIT = "{http://developer.intuit.com/}"


def check(condition, what):
    if not condition:
        sys.exit(f"failed: {what}")


def services():
    """The service as zeep picks it, and under the port names of both of Intuit's descriptions."""
    yield client.service
    for name in ("QBWebConnectorSvcSoap", "TroubleshootWebServiceFSSoap"):
        yield client.create_service(INTUIT + name, url)


def answer(request, inside):
    return f'<?xml version="1.0" ?><QBXML><QBXMLMsgsRs>{inside}</QBXMLMsgsRs></QBXML>'


for service in services():
    check(service.serverVersion().startswith("trueup "), "serverVersion")
    check(service.serverVersion("2.1").startswith("trueup "), "serverVersion with a parameter")
    check(not service.clientVersion("2.3.0.36"), "clientVersion")
    check(service.getLastError("nobody"), "getLastError of an unknown ticket")
    check(service.closeConnection("nobody") == "OK", "closeConnection of an unknown ticket")
    check(service.sendRequestXML("nobody", "", "", "US", 16, 0) in (None, ""), "unknown ticket")
    check(service.receiveResponseXML("nobody", "", "", "") == -1, "unknown ticket's answer")

service = client.service
ticket, said = service.authenticate(user, password)
check(len(ticket) == 64 and said in (None, ""), "authenticate")

query = service.sendRequestXML(ticket, "", "C:\\Acme.qbw", "US", 16, 0)
check("<FullName>Nuts &amp; Bolts &#233;</FullName>" in query, "the query for items: " + query)
items = (
    '<ItemInventoryQueryRs requestID="n0" statusCode="0" statusSeverity="Info" statusMessage="OK">'
    "<ItemInventoryRet><ListID>80000002-1</ListID><FullName>Nuts &amp; Bolts é</FullName>"
    "<IsActive>true</IsActive><QuantityOnHand>3</QuantityOnHand></ItemInventoryRet>"
    "</ItemInventoryQueryRs>"
)
percent = service.receiveResponseXML(ticket, answer(query, items), "", "")
check(0 <= percent < 100, f"percent after the items: {percent}")

adjustment = service.sendRequestXML(ticket, None, "C:\\Acme.qbw", "US", 16, 0)
check("<NewQuantity>10</NewQuantity>" in adjustment, "the adjustment: " + adjustment)
check("<ListID>80000002-1</ListID>" in adjustment, "the adjustment's item")
booked = (
    '<InventoryAdjustmentAddRs requestID="a0" statusCode="0" statusSeverity="Info">'
    "<InventoryAdjustmentRet><TxnID>1F-1</TxnID></InventoryAdjustmentRet>"
    "</InventoryAdjustmentAddRs>"
)
percent = service.receiveResponseXML(ticket, answer(adjustment, booked), None, None)
check(percent == 100, f"percent at the end: {percent}")
check(service.closeConnection(ticket) == "OK", "closeConnection")

ticket, said = service.authenticate(user, password)
check(said == "none", f"authenticate without work: {said}")
ticket, said = service.authenticate(user, password + "x")
check(ticket in (None, "") and said == "nvu", f"authenticate with a wrong password: {said}")
check(service.connectionError("nobody", "0x80040408", "no") == "done", "connectionError")
print("ok")
